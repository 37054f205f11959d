#!/usr/bin/env node
'use strict'
require('../../bin/baton.cjs')
